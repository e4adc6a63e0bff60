import type { Container } from '@cdktf/provider-docker/lib/container';
import { addresses } from './container';
import type { StartWrapper } from '../shared/start-wrapper';
import { literal } from '../shared/terraform-text';

/**
 * Returns a Terraform expression for the words of the wrapper and of the program. The carrier is of the same image and states the
 * same `entrypoint` and `command`, so the engine has worked out what the program starts with.
 */
export function programWords({ args }: StartWrapper, carrier: Container): string {
  const [address] = addresses([carrier]);
  const ofCarrier = ['entrypoint', 'command'].map((name) => `${address}.${name}`);
  const lists = ofCarrier.map((value) => `(${value} == null ? [] : ${value})`);
  return `\${concat([${args.map(literal).join(', ')}], ${lists.join(', ')})}`;
}
