import type { Construct } from 'constructs';
import { ConfigurationError, describeImage, quote } from '../../values';
import type { Image } from '../../values';
import { childPath } from '../../model/stack/with-construct';
import { MAJOR_LABEL } from '../../model/stack/labels';
import { stackContext } from '../../model/stack/stack-context';
import { UPGRADE_VARIABLE } from '../../model/workload/volume-names';

/** Returns the major version in a tag: '18.6', '17-alpine', '0.8.6-pg18-trixie'. */
export function majorVersionOf(image: Image): number | undefined {
  if (image.kind === 'built') return undefined;
  const tag = image.reference.tag ?? '';
  const found = /(?:^|-)pg(\d{2})(?:\D|$)/.exec(tag) ?? /^(\d{2})(?:[.-]|$)/.exec(tag);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

/**
 * Returns the reason why this major version cannot be deployed, if the platform knows what is deployed. If it does not,
 * the server's start script protects the volume.
 *
 * @param volume name of the server's volume; another volume than today's may hold another version
 */
export function majorBumpFinding(
  scope: Construct,
  hostname: string,
  wanted: number,
  volume: string,
): string | undefined {
  const { environment, stackName } = stackContext(scope);
  // Moved data is in a volume of its own; the deployed server keeps its own volume.
  const labels = environment.platform.deployedLabels(scope, { hostname, volume });
  const deployed = Number(labels?.get(MAJOR_LABEL));
  if (!Number.isInteger(deployed) || deployed === wanted || process.env[UPGRADE_VARIABLE] === stackName)
    return undefined;
  return (
    `the image runs PostgreSQL ${wanted}, the deployed data volume holds ${deployed}; a server cannot read the files of another ` +
    `major version. Keep an image of version ${deployed}, or move the data first (docs/postgres-service.md, "Major versions")`
  );
}

/** Returns the error for an image without a version in its tag. */
export function unknownMajor(scope: Construct, id: string, image: Image): ConfigurationError {
  return new ConfigurationError(
    childPath(scope, id),
    `cannot tell the PostgreSQL version of image ${quote(describeImage(image))}; state \`majorVersion\`, for example 18`,
  );
}
