import { isOldNode, LEAST_NODE } from '../lib/cli/project/node-version';

const version = process.versions.node;

// Imported first: an old Node may not be able to load the other files.
if (isOldNode(version)) {
  console.error(`This needs Node ${LEAST_NODE} or newer, and is run by Node ${version}; get one: https://nodejs.org`);
  process.exit(1);
}
