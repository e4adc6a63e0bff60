import { withoutTraces } from '../../../lib/platform/shared/without-traces';

/** As the framework notes where something was made. */
function trace(): string {
  const noted = { stack: '' };
  Error.captureStackTrace(noted);
  return noted.stack;
}

describe('resources made without traces', () => {
  test('note none while they are made, and the next ones do again', () => {
    expect(withoutTraces(trace)).toBe('');
    expect(trace()).toContain('without-traces.test');
  });

  test('throw errors that say where', () => {
    const thrown = jest.fn<never, []>(() => {
      throw new Error('refused');
    });
    expect(() => withoutTraces(thrown)).toThrow('refused');
    const [outcome] = thrown.mock.results;
    expect((outcome?.value as Error).stack).toContain('without-traces.test');
  });

  test('leave the function in place that notes traces, whether or not making them fails', () => {
    const before = Error.captureStackTrace;
    withoutTraces(() => undefined);
    expect(Error.captureStackTrace).toBe(before);
    expect(() => withoutTraces(() => JSON.parse('no JSON'))).toThrow(SyntaxError);
    expect(Error.captureStackTrace).toBe(before);
  });
});
