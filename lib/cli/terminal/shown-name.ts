const PLAIN = /^[\w.$-]+$/;

/** Returns a name of PostgreSQL for users: as it is, or quote with escapes if a terminal would interpret it. */
export function shownName(name: string): string {
  return PLAIN.test(name) ? name : escaped(JSON.stringify(name));
}

/** Returns one word of a shell's command line; control characters in it are written as escapes. */
export function shellQuoted(text: string): string {
  if (/^[\w=.-]+$/.test(text)) return text;
  if (!UNPRINTABLE.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${escaped(text.replace(/[\\']/g, '\\$&'))}'`;
}

/** Returns a name in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Returns a database for `--dbname`, where a plain name may be taken for an address. */
export function connectionTo(database: string): string {
  return PLAIN.test(database) ? database : `dbname='${database.replace(/[\\']/g, '\\$&')}'`;
}

/** Characters that a terminal interprets, hides or shows in another order. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function escaped(text: string): string {
  return text.replace(new RegExp(UNPRINTABLE, 'gu'), (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  });
}
