/**
 * One step by which Prometheus changes the labels of scraped metrics, as in its `metric_relabel_configs`. The pattern
 * must match all of the source labels, joined by ";".
 */
export type Relabelling =
  | { readonly action: 'keep' | 'drop'; readonly source: readonly string[]; readonly pattern: string }
  | {
      /** Sets a label; an empty text removes it. `$1` is the text that the first group of the pattern matched. */
      readonly action: 'replace';
      /** Labels to match, joined by ";". */
      readonly source: readonly string[];
      /** Regular expression for the whole of the joined labels. */
      readonly pattern: string;
      /** Label to set. */
      readonly label: string;
      /** New value of the label. */
      readonly text: string;
    };
