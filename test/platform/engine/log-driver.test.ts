import { ENGINE_LOGS, logDriver } from '../../../lib/platform/engine/log-driver';
import { LogDriver } from '../../../lib/platform/engine/log-path';
import { Size } from '../../../lib/values';

const SOURCE = {
  stack: 'shop-prod',
  service: 'api',
  version: '1.4.2',
  kept: { maxSize: Size.mebibytes(10), maxFiles: 3 },
};

describe('the log driver of the engine', () => {
  test('sends to a port of the host, starts without a collector, and keeps lines for `docker logs`', () => {
    expect(logDriver(LogDriver.splunk({ port: 9000 }), SOURCE)).toEqual({
      name: 'splunk',
      options: {
        'splunk-url': 'http://127.0.0.1:9000',
        'splunk-token': 'none',
        'splunk-verify-connection': 'false',
        'splunk-format': 'inline',
        'cache-max-size': '10m',
        'cache-max-file': '3',
        tag: 'shop-prod api {{.ID}} 1.4.2',
      },
    });
  });

  test('does not compress a single file, which the engine would refuse', () => {
    const { options } = logDriver(LogDriver.fluentd(), { ...SOURCE, kept: { ...SOURCE.kept, maxFiles: 1 } });
    expect(options).toMatchObject({ 'fluentd-address': '127.0.0.1:24224', 'cache-compress': 'false' });
  });

  test('stays the one that writes files where the collector reads them', () => {
    expect(logDriver(LogDriver.files(), { ...SOURCE, version: undefined })).toEqual({
      name: 'json-file',
      options: { 'max-size': '10m', 'max-file': '3', tag: 'shop-prod api {{.ID}}' },
    });
  });

  test('refuses a port that does not exist', () => {
    expect(() => LogDriver.splunk({ port: 0 })).toThrow('a port must be a whole number between 1 and 65535, got 0');
  });
});

test('a collector publishes its port where the drivers send to, and none where it reads files', () => {
  expect(ENGINE_LOGS.ports(LogDriver.splunk({ port: 9000 }), 8088)).toEqual([
    { container: 8088, host: 9000, address: '127.0.0.1', protocol: 'tcp' },
  ]);
  expect(ENGINE_LOGS.ports(LogDriver.files(), 8088)).toEqual([]);
});

test('a tag names the service of its own stack alone', () => {
  const pattern = new RegExp(ENGINE_LOGS.tagPattern('shop-prod').replaceAll('?P<', '?<'));
  expect(pattern.exec('shop-prod api f2faa208599d 1.4.2')?.groups).toEqual({
    service: 'api',
    container: 'f2faa208599d',
    version: '1.4.2',
  });
  expect(pattern.exec('shop-dev api f2faa208599d 1.4.2')).toBeNull();
});
