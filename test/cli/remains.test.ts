import { applyStacks } from '../../lib/cli/terraform/terraform-command';
import { RECORD } from '../support/backup-record';
import { CommandProject, DOCUMENT } from '../support/command-project';

let project: CommandProject;

beforeEach(() => (project = new CommandProject()));
afterEach(() => project.remove());

const RESOURCES = {
  docker_container: {
    postgres: {
      volumes: [{ volume_name: 'shop-dev-postgres-data-2' }, { volume_name: '${docker_volume.sockets.name}' }],
      networks_advanced: [{ name: '${docker_network.edge.name}' }, { name: 'shop-dev-edge' }, { name: 'proxies' }],
    },
    backup: {
      volumes: [{ volume_name: 'absent' }, { host_path: '/srv/backups' }, { host_path: '/', read_only: true }],
    },
  },
  docker_network: { edge: { name: 'shop-dev-edge' } },
  docker_volume: { sockets: { name: 'shop-dev-sockets' } },
  docker_image: {
    db: { name: 'postgres:18.6', keep_locally: true },
    absent: { name: 'caddy:2.11.7', keep_locally: true },
    api: { name: 'shop-dev/api:2222', keep_locally: false },
  },
};

/** An engine with volumes and images of this stack and of others. */
const ENGINE = {
  '/volumes': {
    Volumes: ['shop-dev-postgres-data', 'shop-dev-postgres-data-2', 'shop-dev-sockets', 'others'].map((Name) => ({
      Name,
    })),
  },
  '/volumes?filters={"label":["docker-constructs.restored"]}': {
    Volumes: [
      { Name: 'shop-dev-postgres-data-1', Labels: { 'docker-constructs.restored': 'shop-dev/postgres-backup' } },
      { Name: 'shop-dev-2-data', Labels: { 'docker-constructs.restored': 'shop-dev-2/postgres-backup' } },
    ],
  },
  '/images/caddy:2.11.7/json': null,
  '/images/json?filters={"reference":["shop-dev/*"]}': [
    { RepoTags: ['shop-dev/api:1111', 'shop-dev/api:2222'] },
    { RepoTags: null },
  ],
};

const STAYS = `

THIS STAYS                                   TO REMOVE IT
volume shop-dev-postgres-data                docker volume rm shop-dev-postgres-data
volume shop-dev-postgres-data-1              docker volume rm shop-dev-postgres-data-1
volume shop-dev-postgres-data-2              docker volume rm shop-dev-postgres-data-2
image postgres:18.6                          docker image rm postgres:18.6
image shop-dev/api:1111                      docker image rm shop-dev/api:1111
network proxies, not of this stack           -
directory /srv/backups of the engine's host  -
secrets in .secrets/shop-dev                 rm -r .secrets/shop-dev`;

async function useEngine(answers: Readonly<Record<string, unknown>>): Promise<void> {
  project.environment = { ...project.environment, DOCKER_HOST: await project.startEngine(answers) };
}

function useStack(resource: object, more: object = {}): void {
  const manifest = project.manifest('shop-dev', more);
  project.stacks({ 'shop-dev': { document: { ...DOCUMENT, resource }, manifest } });
}

describe('destroy', () => {
  test('says before its question and after its end what stays, and how to remove it', async () => {
    await useEngine(ENGINE);
    const volume = { declared: 'shop-dev-postgres-data', name: 'shop-dev-postgres-data-2' };
    useStack(RESOURCES, { backups: [{ ...RECORD, volume }] });
    const before: string[] = [];
    const ask = async () => {
      before.push(...project.printed.slice(-1));
      return 'y';
    };
    expect(await applyStacks('destroy', ['shop-dev'], project.session({ isTerminal: true, ask }))).toBe(0);
    expect(before).toEqual([`\ndestroy shop-dev leaves:${STAYS}`]);
    expect(project.printed.at(-1)).toBe(`\ndestroy shop-dev has left:${STAYS}`);
    expect(project.printed.at(-2)).toBe('Apply complete! Resources: 1 added, 0 changed, 0 destroyed.');
  });

  test('says nothing of what it leaves where that is nothing, or where nothing was destroyed', async () => {
    await useEngine({});
    useStack({}, { secrets: [] });
    expect(await applyStacks('destroy', ['shop-dev', '--yes'], project.session())).toBe(0);
    expect(project.text).not.toContain('STAYS');
    useStack({});
    project.terraform({ apply: 'exit 1' });
    expect(await applyStacks('destroy', ['shop-dev', '--yes'], project.session())).toBe(1);
    expect(project.text).toContain('destroy shop-dev leaves:');
    expect(project.text).not.toContain('has left');
  });

  test('goes on where the engine does not tell what stays, and says so', async () => {
    await useEngine({ '/volumes': null });
    useStack(RESOURCES);
    expect(await applyStacks('destroy', ['shop-dev', '--yes'], project.session())).toBe(0);
    expect(project.warned).toEqual([
      'What destroy shop-dev leaves cannot be seen: it answers with status 404: []',
      'What destroy shop-dev has left cannot be seen: it answers with status 404: []',
    ]);
  });
});
