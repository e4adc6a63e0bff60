import type { App } from 'cdktf';

/** What both programs describe: services that differ in nothing but their names and one variable. */
export const IMAGE = 'example/worker:1.0.0';
export const PROBE = ['true'];

/** Parts of the document that the library computes. Nobody writes hashes by hand, so the other program is told them. */
export interface Known {
  /** Name of the image's resource. */
  readonly image: string;
  /** Hash of the gate program. */
  readonly gate: string;
  /** Hash of each service. */
  readonly revisions: readonly string[];
}

/** Writes `count` services into the app. */
export type Program = (app: App, count: number, known: Known) => void;
