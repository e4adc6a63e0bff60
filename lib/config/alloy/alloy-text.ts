/** A value of a setting, or the settings of a block below. */
export type AlloyBody = Readonly<Record<string, AlloyValue>>;
export type AlloyValue =
  string | number | boolean | readonly (string | number)[] | AlloyReference | Readonly<Record<string, string>>;

/** Reference to another component's output, written without quotes. */
export interface AlloyReference {
  readonly reference: string;
}

export function to(...references: readonly string[]): AlloyReference {
  return { reference: `[${references.join(', ')}]` };
}

/** Returns a block of Alloy's language: its head, its settings, and the inner blocks. */
export function alloyBlock(head: string, body: AlloyBody, ...inner: readonly string[]): string {
  const settings = Object.entries(body).map(([key, value]) => `${key} = ${alloyValue(value)}`);
  const lines = [...settings, ...inner].join('\n');
  return lines === '' ? `${head} { }` : `${head} {\n${lines.replace(/^(?=.)/gm, '\t')}\n}`;
}

function alloyValue(value: AlloyValue): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  if (isReference(value)) return value.reference;
  const entries = Object.entries(value).map(([key, text]) => `${key} = ${JSON.stringify(text)}`);
  return `{ ${entries.join(', ')} }`;
}

function isReference(value: object): value is AlloyReference {
  return typeof (value as Partial<AlloyReference>).reference === 'string' && Object.keys(value).length === 1;
}
