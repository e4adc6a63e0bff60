/** Lines of Terraform's output that tell how far it is. */
const MILESTONE = /: (?:Creation|Modifications|Destruction) complete|: Still |^\s*(?:Plan:|Apply complete|No changes)/;

/** Returns a taker of Terraform's lines that prints only those that tell how far it is. */
export function milestones(print: (line: string) => void): (line: string) => void {
  return (line) => {
    if (MILESTONE.test(line)) print(`  ${line.replace(/ \[id=.*/, '').trim()}`);
  };
}
