/**
 * One step by which Prometheus changes the labels of what it has read, as in its `metric_relabel_configs`. The pattern has
 * to match the whole of the source labels, which are joined by ";".
 */
export type Relabelling =
  | { readonly action: 'keep' | 'drop'; readonly source: readonly string[]; readonly pattern: string }
  | {
      /** Sets a label; an empty text removes it. `$1` is what the first group of the pattern found. */
      readonly action: 'replace';
      readonly source: readonly string[];
      readonly pattern: string;
      readonly label: string;
      readonly text: string;
    };
