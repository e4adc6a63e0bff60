import { DefaultTokenResolver, StringConcat, Tokenization } from 'cdktf';
import type { Container, ContainerUpload, ContainerVolumes } from '@cdktf/provider-docker/lib/container';
import { brokenText } from '../../model/workload/invalid-characters';
import type { NeighbourFile, ReloadableConfig } from '../../model/workload/config-file';
import { stackContext } from '../../model/stack/stack-context';
import type { Workload } from '../../model/workload/workload';
import { ConfigurationError, contentHash, quote } from '../../values';
import { addresses, listed, makeCarrier } from './container';
import type { ReloadFiles } from './gate';
import type { EngineWorkload } from './workload';
import { MarkedStep } from './marked-step';
import { pathName } from '../shared/path-name';
import { DockerVolume } from './resources';
import { digest, expression, tokensOf, withoutTokens } from '../shared/terraform-text';
import { uploadContent } from './files';

/** The never-started container that writes a configuration, and the volume that the program mounts. */
export interface ConfigWriter {
  /** Terraform address of the step that makes the program load the configuration. */
  readonly reload: string;
  readonly mounts: readonly ContainerVolumes[];
}

const STAGED = '.next';

/**
 * Renders a configuration that the running program reloads: a new text replaces only its writer. The writer brings the
 * text under a staged name. The step `…-reload` makes the program load it, and puts it in place only if that worked. The program
 * never starts with a refused configuration. Files that the program rereads itself are put in place first.
 */
export function renderReloadable(workload: EngineWorkload, config: ReloadableConfig, index: number): ConfigWriter {
  const part = pathName(config.directory);
  const name = writerName(workload, config, index);
  const volume = configVolume(workload, part);
  const { content, followed = [], companions = [] } = config.render();
  const taken = [{ fileName: config.fileName, content }, ...companions];
  const files = [...taken, ...followed];
  const pathOf = ({ fileName }: Pick<NeighbourFile, 'fileName'>): string => `${config.directory}/${fileName}`;
  for (const { fileName, content } of files) assertUnbroken(workload, fileName, content);
  const references = [...new Set(files.flatMap(({ content }) => tokensOf(content)))];
  const revision = digest([
    contentHash(files.map(({ fileName, content }) => [fileName, withoutTokens(content)])),
    ...[...references, workload.image.id].map((token) => resolved(workload, token)),
  ]);
  const container = makeCarrier(workload, `Config-${part}-writer`, name, {
    name: `${stackContext(workload).stackName}-${name}`,
    image: workload.image.id,
  });
  container.putLabels(workload.labels('config', revision));
  container.putVolumes([{ volumeName: volume, containerPath: config.directory, readOnly: false }]);
  container.putUpload(stagedFiles(config.directory, files));
  container.dependsOn = listed(addresses(workload.containersOf(config.after())));
  const reload = addReload(workload, container, {
    workload: workload.key,
    files: taken.map(pathOf).map((live) => ({ staged: `${live}${STAGED}`, live })),
    followed: followed.map(pathOf),
    command: config.reload(`${pathOf(config)}${STAGED}`),
    signal: config.signal,
  });
  return { reload, mounts: [{ volumeName: volume, containerPath: config.directory, readOnly: true }] };
}

/** Adds the step that makes the running program load the files, and returns its address. */
function addReload(workload: EngineWorkload, writer: Container, files: ReloadFiles): string {
  const { gate, markedStepEnds } = workload.stack;
  const name = `${writer.friendlyUniqueId}-reload`;
  const step = new MarkedStep(workload, name, writer, gate.reload(files, writer));
  step.overrideLogicalId(name);
  // Terraform then destroys the old containers that the old files name only after the step.
  step.dependsOn = writer.dependsOn;
  markedStepEnds.add(expression(`\${${step.address}.id}`), writer);
  return step.address;
}

function assertUnbroken(workload: Workload, fileName: string, content: string): void {
  const broken = brokenText(content);
  if (broken !== undefined)
    throw new ConfigurationError(workload, `file ${quote(fileName)} contains ${broken}; remove it`);
}

/** Returns a token as Terraform sees it: a template, or plain text if the token stood for text. */
function resolved(scope: Workload, token: string): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return String(Tokenization.resolve(token, { scope, resolver }));
}

/** Returns the Terraform addresses of the reloads of a workload's configurations, which need not be rendered yet. */
export function reloadAddresses(workload: Workload): readonly string[] {
  return workload.reloadableConfigs.map(
    (config, index) => `terraform_data.${writerName(workload, config, index)}-reload`,
  );
}

/** Returns the Terraform addresses of their writers. */
export function writerAddresses(workload: Workload): readonly string[] {
  return workload.reloadableConfigs.map((config, index) => `docker_container.${writerName(workload, config, index)}`);
}

/** Returns the name of a writer; the first one, nearly always the only one, has a short name. */
function writerName({ spec }: Workload, { directory }: ReloadableConfig, index: number): string {
  return `${spec.hostname}-config${index === 0 ? '' : `-${pathName(directory)}`}`;
}

function stagedFiles(directory: string, files: readonly NeighbourFile[]): ContainerUpload[] {
  return files.map(({ fileName, content }) => ({
    file: `${directory}/${fileName}${STAGED}`,
    ...uploadContent(content),
    permissions: '0444',
  }));
}

function configVolume(workload: EngineWorkload, part: string): string {
  const resource = new DockerVolume(workload, `Config-${part}`, {
    name: `${stackContext(workload).stackName}-${workload.spec.hostname}-${part}`,
    driver: 'local',
    lifecycle: { ignoreChanges: ['labels', 'driver_opts'] },
  });
  resource.overrideLogicalId(`${workload.spec.hostname}-${part}`);
  return resource.name;
}
