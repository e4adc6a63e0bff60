import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two tries, and for one of them. */
const PAUSE = 500;
const PATIENCE_PER_TRY = 5_000;

/**
 * Requests a URL until the answer is a success.
 *
 * @param patience - milliseconds to keep trying
 * @returns undefined, or the result of the last try
 */
export async function waitUntilReady(url: string, patience: number): Promise<string | undefined> {
  for (let left = Math.ceil(patience / PAUSE); ; left--) {
    const problem = await tryOnce(url);
    if (problem === undefined || left <= 0) return problem;
    await sleep(PAUSE);
  }
}

async function tryOnce(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_PER_TRY) });
    const body = await response.text();
    return response.ok ? undefined : `status ${response.status}: ${body.slice(0, 200)}`;
  } catch (error) {
    const { message, cause } = error as Error & { readonly cause?: { readonly message?: string } };
    return cause?.message || message;
  }
}
