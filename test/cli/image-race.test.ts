import { isOnlyImageRace } from '../../lib/cli/terraform/image-race';

/** As provider 3.6.2 says it, on an engine with the containerd image store. */
const RACE = `Error: Error reading docker image list: unable to list Docker images: Error response from daemon: NotFound: content
digest sha256:98b3de927d005394a2025ae88d411e56e91443a297e5f2798d70334286d6a7d1: not found

  with docker_image.image-backup-86171e,
  on cdk.tf.json line 1849, in resource.docker_image.image-backup-86171e:
1849:       },
`;
const OTHER = 'Error: Unable to start container\n';
const BEFORE = 'docker_network.app: Refreshing state... [id=1]\n\nPlanning failed.\n\n\n';

test.each([
  ['alone', RACE, true],
  ['below other output', `${BEFORE}${RACE}`, true],
  ['twice', `${RACE}\n${RACE}`, true],
  ['beside another error', `${RACE}\n${OTHER}`, false],
  ['beside a gate that failed', `${RACE}\ndocker_container.api failed:\n  never healthy`, false],
  ['not at all', OTHER, false],
  ['in an output without an error', BEFORE, false],
])('an image that was removed meanwhile is recognised: %s', (_, output, expected) => {
  expect(isOnlyImageRace(output)).toBe(expected);
});
