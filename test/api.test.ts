import { expectGoldenFile } from './support/golden';
import { apiSurface } from './support/api-surface';

test('the public API is the one that was reviewed', () => {
  expectGoldenFile('api.d.ts', `${apiSurface('lib/index.ts')}\n`);
});
