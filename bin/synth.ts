import { App } from 'cdktf';
import { ConfigurationError } from '../lib';
import { environments } from '../stacks/environments';
import { MnemoLiteStack } from '../stacks/mnemolite/mnemolite-stack';
import { SETTINGS } from '../stacks/mnemolite/settings';

/**
 * Makes every system in every environment that it has settings for; `cdktf deploy <system>-<environment>` picks one.
 */
function synthesize(): void {
  const app = new App();
  for (const environment of environments()) {
    const settings = SETTINGS[environment.name];
    if (settings !== undefined) new MnemoLiteStack(app, environment, settings);
  }
  app.synth();
}

try {
  synthesize();
} catch (error) {
  if (!ConfigurationError.isConfigurationError(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
