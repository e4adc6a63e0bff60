import type { SynthesizedStack } from '../synthesized-stack';

/** A resource as the document says it. */
export type DocumentResource = Readonly<Record<string, unknown>>;

interface WithMetadata {
  readonly '//'?: { readonly metadata?: { readonly path?: string } };
}

/** Finds the constructs behind the addresses and names that Terraform, its provider and the gates speak of. */
export class Places {
  public constructor(private readonly stack: SynthesizedStack) {}

  /** Resource at an address such as 'docker_container.api'. */
  public resource(address: string): DocumentResource | undefined {
    const dot = address.indexOf('.');
    const ofType = this.stack.document.resource?.[address.slice(0, dot)];
    return ofType?.[address.slice(dot + 1)] as DocumentResource | undefined;
  }

  /** Constructs that a resource was made for, as in 'shop-dev/Api'; empty where the document does not say. */
  public constructsOf(address: string): readonly string[] {
    if (address.startsWith('docker_image.')) return unique(this.usersOf(address));
    return constructOf(this.resource(address));
  }

  /** Address of the container that has a name on the engine. */
  public containerNamed(name: string): string | undefined {
    const containers = Object.entries(this.stack.document.resource?.docker_container ?? {});
    const found = containers.find(([, container]) => hasName(container as DocumentResource, name));
    return found === undefined ? undefined : `docker_container.${found[0]}`;
  }

  /** Constructs whose containers run an image, or one that is built on it. */
  private usersOf(image: string): readonly string[] {
    const { docker_container: containers = {}, docker_image: images = {} } = this.stack.document.resource ?? {};
    const direct = Object.values(containers).filter((one) => refersTo((one as DocumentResource).image, image));
    const onTop = Object.entries(images).filter(([, one]) => refersTo((one as DocumentResource).depends_on, image));
    return [
      ...direct.flatMap((one) => constructOf(one as DocumentResource)),
      ...onTop.flatMap(([id]) => this.usersOf(`docker_image.${id}`)),
    ];
  }
}

function constructOf(resource: DocumentResource | undefined): readonly string[] {
  const path = (resource as WithMetadata | undefined)?.['//']?.metadata?.path;
  return path === undefined ? [] : [path.replace(/\/(?:Workload\/.*|Resource)$/, '')];
}

function refersTo(value: unknown, address: string): boolean {
  return (JSON.stringify(value) ?? '').match(/docker_image\.[\w-]+/g)?.includes(address) === true;
}

/** The name ends in signs of each creation, and in a mark where a gate has set the container aside. */
function hasName({ name }: DocumentResource, wanted: string): boolean {
  const [prefix = '', rest] = String(name).split('${');
  return rest !== undefined && wanted.startsWith(prefix) && /^[0-9a-f]{8}$/.test(wanted.slice(prefix.length));
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
