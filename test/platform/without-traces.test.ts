import { withoutTraces } from '../../lib/platform/without-traces';

/** As the framework notes where something was made. */
function trace(): string | undefined {
  const noted: { stack?: string } = {};
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

  test('leave an installed formatter of traces in place, whether or not making them fails', () => {
    const before = Error.prepareStackTrace;
    const formatter = (): string => 'formatted';
    Error.prepareStackTrace = formatter;
    try {
      withoutTraces(() => undefined);
      expect(Error.prepareStackTrace).toBe(formatter);
      expect(() => withoutTraces(() => JSON.parse('no JSON'))).toThrow(SyntaxError);
      expect(Error.prepareStackTrace).toBe(formatter);
    } finally {
      Error.prepareStackTrace = before;
    }
  });
});
