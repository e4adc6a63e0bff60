import { ask } from './client';
import type { Answer, Asked } from './client';
import { docker, theOnly } from './docker';
import { Project } from './project';

const HOST = 'mnemolite.localhost';

/** A stack like one in production: it keeps its data, speaks TLS, and has its database on a port of the host. */
export function openKept(): Promise<Project> {
  return Project.open('e2ekeep', { keepData: true, tls: true, postgresPort: 1 });
}

/** The certificate of the proxy's own authority, as it lies in the proxy's data volume. */
export async function authorityOf(project: Project): Promise<string> {
  const { Id } = await theOnly(project.stack, 'proxy');
  return docker('exec', Id, 'cat', '/data/caddy/pki/authorities/local/root.crt');
}

/** One request over TLS, to a proxy whose certificate this authority must have signed. */
export function askSecurely(project: Project, authority: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { https } = project.base;
  if (https === undefined) throw new Error(`${project.stack} has no port for HTTPS`);
  return ask(https, path, { ...asked, trust: { authority, host: HOST } });
}
