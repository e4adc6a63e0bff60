/** Returns shell lines that store a memory and find it again, with a vector of as many dimensions as the schema has. */
function tryIt(url: string): readonly string[] {
  const post = (path: string, body: string) =>
    `curl -sS ${url}/v1/memories${path} -H 'Content-Type: application/json' -d "{${body},\\"embedding\\":[$V]}"; echo`;
  return [
    `V=$(awk 'BEGIN { for (i = 1; i <= 384; i++) printf "%s%d", (i > 1 ? "," : ""), i % 7 }')`,
    post('', String.raw`\"content\":\"the sea is calm tonight\"`),
    post('/search', String.raw`\"limit\":3`),
  ];
}

/** Content of `npm run demo` for MnemoLite. */
export const MNEMOLITE_DEMO = { stack: 'mnemolite-dev', readyPath: '/ready', tryIt };
