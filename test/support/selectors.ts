/** What a query asks of one metric. */
export interface Selector {
  readonly metric: string;
  /** Labels that have to have one value. */
  readonly equal: Readonly<Record<string, string>>;
  /** All labels that are named. */
  readonly labels: readonly string[];
}

const WORDS = new Set(['and', 'or', 'unless', 'bool', 'inf', 'nan']);

/** The selectors of a query in PromQL, as far as the queries of this package go. */
export function parseSelectors(expr: string): readonly Selector[] {
  // Labels in brackets, windows and texts look like metrics, and are none.
  const bare = expr
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ');
  return [...bare.matchAll(/"(?:[^"\\]|\\.)*"|([A-Za-z_:][\w:]*)(\s*\(|\{((?:[^}"]|"(?:[^"\\]|\\.)*")*)\})?/g)].flatMap(
    ([, metric, after, matchers = '']) => {
      if (metric === undefined || after?.endsWith('(') === true || WORDS.has(metric.toLowerCase())) return [];
      const all = [...matchers.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g)];
      const equal = all
        .filter(([, , operator]) => operator === '=')
        .map(([, label = '', , value = '']) => [label, value]);
      return [
        {
          metric,
          equal: Object.fromEntries(equal) as Record<string, string>,
          labels: all.map(([, label = '']) => label),
        },
      ];
    },
  );
}

/** The labels by which a query groups or joins. */
export function groupedLabels(expr: string): readonly string[] {
  return [...expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((one) => one.trim()),
  );
}

/** Each as a query of its own, without what makes a choice among the series of the metric. */
export function selectorsOf(expr: string): readonly string[] {
  return parseSelectors(expr).map(({ metric, equal }) => {
    const matchers = Object.entries(equal).map(([label, value]) => `${label}="${value}"`);
    return `${metric}{${matchers.join(',')}}`;
  });
}
