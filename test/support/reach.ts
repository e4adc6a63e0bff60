import { synth } from './stacks';
import type { Block, Document } from './stacks';
import type { EnvironmentStack } from '../../lib';

/** Place of a container in its stack, as an intruder in it would find it. */
export interface Reach {
  /** Tiers whose networks it joins. */
  readonly networks: readonly string[];
  /** Services that answer it: they share a network, and listen there. */
  readonly services: readonly string[];
  /** Whether it can open connections to other machines. */
  readonly egress: boolean;
  /** Names of the secrets that it can read. */
  readonly secrets: readonly string[];
}

/** Where each service of a stack can go, by host name. Jobs, which end, and replicas after the first are left out. */
export function reachOf(stack: EnvironmentStack): Readonly<Record<string, Reach>> {
  const document = synth(stack);
  const services = Object.values(document.resource.docker_container ?? {}).filter(isService);
  const unique = services.filter(
    (one, index) => services.findIndex(({ hostname }) => hostname === one.hostname) === index,
  );
  return Object.fromEntries(unique.map((one) => [String(one.hostname), reach(document, one, unique)]));
}

function reach(document: Document, one: Block, all: readonly Block[]): Reach {
  const networks = tiersOf(one);
  return {
    networks,
    services: all
      .filter((other) => other !== one && networks.some((tier) => answersIn(other, tier)))
      .map(({ hostname }) => String(hostname))
      .sort(),
    egress: networks.some((tier) => document.resource.docker_network?.[tier]?.internal === false),
    secrets: secretsOf(document, String(one.hostname)),
  };
}

function isService({ labels }: Block): boolean {
  return JSON.stringify(labels ?? []).includes('{"label":"docker-constructs.role","value":"service"}');
}

function tiersOf({ networks_advanced: networks = [] }: Block): readonly string[] {
  return [...JSON.stringify(networks).matchAll(/\$\{docker_network\.([\w-]+)\.id\}/g)]
    .map(([, tier = '']) => tier)
    .sort();
}

/** A program of the monitoring listens in the network of its own tier, and elsewhere only where it has a name. */
function answersIn(one: Block, tier: string): boolean {
  if (!tiersOf(one).includes(tier)) return false;
  const inside = JSON.stringify(one.command ?? []).includes(`${String(one.hostname)}.inside:`);
  return !inside || tier === 'monitoring' || aliasesIn(one, tier).length > 0;
}

function aliasesIn({ networks_advanced: networks = [] }: Block, tier: string): readonly string[] {
  const memberships = networks as readonly { readonly name: string; readonly aliases?: readonly string[] }[];
  return memberships.find(({ name }) => name === `\${docker_network.${tier}.id}`)?.aliases ?? [];
}

function secretsOf(document: Document, hostname: string): readonly string[] {
  const { upload = [] } = document.resource.docker_container?.[`${hostname}-files`] ?? {};
  return (upload as readonly { readonly file: string }[])
    .flatMap(({ file }) => /^\/run\/secrets\/(.+)$/.exec(file)?.[1] ?? [])
    .sort();
}
