import { environments } from '../../stacks/environments';
import { MnemoLiteStack } from '../../stacks/mnemolite/mnemolite-stack';
import { SETTINGS } from '../../stacks/mnemolite/settings';
import type { MnemoLiteSettings } from '../../stacks/mnemolite/settings';
import { NO_SECRETS, synth, testApp } from './stacks';
import type { Document } from './stacks';

export type Stage = 'dev' | 'test' | 'staging' | 'prod';

const documents = new Map<Stage, Document>();

/** The document of the real stack in a real environment. */
export function mnemolite(stage: Stage): Document {
  const document = documents.get(stage) ?? synth(mnemoliteStack(stage));
  documents.set(stage, document);
  return document;
}

/** What is read by people, without what stands beside it and is read by itself. */
export function withoutMonitoring(stage: Stage): Document {
  return synth(mnemoliteStack(stage, { monitoring: undefined, ...(stage === 'prod' ? { expose: {} } : {}) }));
}

export function mnemoliteStack(stage: Stage, changed: Partial<MnemoLiteSettings> = {}): MnemoLiteStack {
  const environment = environments().find(({ name }) => name === stage);
  const settings = SETTINGS[stage];
  if (environment === undefined || settings === undefined) throw new Error(`no environment ${stage}`);
  const places = { secretsDirectory: NO_SECRETS, encryptedSecretsDirectory: NO_SECRETS };
  return new MnemoLiteStack(testApp(), environment, { ...settings, ...changed }, places);
}
