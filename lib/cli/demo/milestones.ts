/** Lines of Terraform's output that show its progress. */
const MILESTONE = /: (?:Creation|Modifications|Destruction) complete|: Still |^\s*(?:Plan:|Apply complete|No changes)/;

/** Returns a consumer of Terraform's lines that prints only those that show its progress. */
export function milestones(print: (line: string) => void): (line: string) => void {
  return (line) => {
    if (MILESTONE.test(line)) print(`  ${line.replace(/ \[id=.*/, '').trim()}`);
  };
}
