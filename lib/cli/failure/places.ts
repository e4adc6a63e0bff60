import type { SynthesizedStack } from '../project/synthesized-stack';

/** A resource in the document. */
export type DocumentResource = Readonly<Record<string, unknown>>;

interface WithMetadata {
  readonly '//'?: { readonly metadata?: { readonly path?: string } };
}

/** Finds the constructs behind the addresses and names in messages of Terraform, its provider and the gates. */
export class Places {
  public constructor(private readonly stack: SynthesizedStack) {}

  /** Returns the resource at an address such as 'docker_container.api'. */
  public resource(address: string): DocumentResource | undefined {
    const dot = address.indexOf('.');
    const ofType = this.stack.document.resource?.[address.slice(0, dot)];
    return ofType?.[address.slice(dot + 1)] as DocumentResource | undefined;
  }

  /** Returns the constructs that a resource was made for, as in 'shop-dev/Api'; empty if the document does not say. */
  public constructsOf(address: string): readonly string[] {
    if (address.startsWith('docker_image.')) return unique(this.usersOf(address));
    return constructOf(this.resource(address));
  }

  /** Returns the address of the container with a name on the engine. */
  public containerNamed(name: string): string | undefined {
    const containers = Object.entries(this.stack.document.resource?.docker_container ?? {});
    const found = containers.find(([, container]) => hasName(container as DocumentResource, name));
    return found === undefined ? undefined : `docker_container.${found[0]}`;
  }

  /** Returns the constructs whose containers run an image, or one that is built on it. */
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

/** Returns true for a name on the engine: the name in the document with 8 hex digits of each creation at its end. */
function hasName({ name }: DocumentResource, wanted: string): boolean {
  const [prefix = '', rest] = String(name).split('${');
  return rest !== undefined && wanted.startsWith(prefix) && /^[0-9a-f]{8}$/.test(wanted.slice(prefix.length));
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
