import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';
import { COMMANDS } from '../../programs/gate/arguments';
import { describeWith, requireProgram } from '../support/programs';
import { ROOT } from '../support/stacks';

const page = (name: string): string => readFileSync(path.join(ROOT, 'programs', name, 'README.md'), 'utf8');

/** Returns the rows of the table whose first column has a name, without the marks of code. */
function rows(name: string, column: string): readonly (readonly string[])[] {
  const lines = page(name).split('\n');
  const first = lines.findIndex((line) => line.startsWith(`| ${column} |`)) + 2;
  const end = lines.findIndex((line, index) => index >= first && !line.startsWith('|'));
  return lines.slice(first, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

/** Returns a command of a page with its options, the optional ones in brackets. */
const commands = (name: string): readonly string[] =>
  rows(name, 'Command').map(([command = '', options = '']) =>
    [command, ...options.split(' ').filter(Boolean)].join(' '),
  );

const inPython = (code: string): string => {
  const env = { ...process.env, PYTHONPATH: path.join(ROOT, 'programs/backup'), PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout, stderr } = spawnSync(requireProgram('python3'), ['-c', code], { encoding: 'utf8', env });
  if (stderr !== '') throw new Error(stderr);
  return stdout;
};

test('the page of the gate has its commands and their options', () => {
  const known = Object.entries(COMMANDS).map(([name, options]) => {
    const args = Object.entries(options).map(([option, isNeeded]) => (isNeeded ? `--${option}` : `[--${option}]`));
    return [name, ...args.sort()].join(' ');
  });
  const stated = commands('gate').map((line) => {
    const [name = '', ...options] = line.split(' ');
    return [name, ...options.sort()].join(' ');
  });
  expect(stated).toEqual(known);
});

test('the gate ends with the codes of its page', () => {
  const gate = path.join(ROOT, 'programs/gate/main.cjs');
  const codeOf = (...args: readonly string[]): number | null =>
    spawnSync(process.execPath, [gate, ...args], { env: { DOCKER_HOST: 'unix:///nowhere' } }).status;
  const codes = [
    codeOf('limits', '--target', 'a=b'),
    codeOf('wait'),
    codeOf('limits', '--target', 'a=b', '--host', 'x'),
  ];
  expect(codes).toEqual([1, 2, 2]);
  expect(rows('gate', 'Code').map(([code]) => code)).toEqual(['0', '1', '2']);
});

/** Prints a line for each command: its name and its arguments in their order. */
const ARGUMENTS = `
import argparse
from backup.__main__ import COMMANDS, command_line
[commands] = [one for one in command_line()._actions if isinstance(one, argparse._SubParsersAction)]
def shown(one):
    name = one.option_strings[-1] if one.option_strings else one.dest
    return f"[{name}]" if one.option_strings and not one.required else name
for name, parser in commands.choices.items():
    print(" ".join([name, *(shown(one) for one in parser._actions if one.dest != "help")]))
assert list(COMMANDS) and {*COMMANDS} == {*commands.choices}
`;

/** Prints a line for each key of the settings file: its path and its value. */
const SETTINGS = `
import typing
from backup.settings import Settings
NAMES = {str: "text", int: "whole number", list: "list", dict: "object"}
def show(kind, path, ending=""):
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.NotRequired:
        return show(parts[0], path, ", optional")
    word = "one of " + ", ".join(sorted(parts)) if origin is typing.Literal else NAMES.get(origin or kind, "object")
    if path:
        print(f"{path}: {word}{ending}")
    if typing.is_typeddict(kind):
        for key, one in typing.get_type_hints(kind, include_extras=True).items():
            show(one, f"{path}.{key}" if path else key)
    elif origin in (list, dict):
        show(parts[-1], path + ("[]" if origin is list else ".{}"))
show(Settings, "")
`;

describeWith('python3', 'the page of the backup program', () => {
  test('has its commands and their arguments', () => {
    const known = inPython(ARGUMENTS).trim().split('\n');
    const sorted = (lines: readonly string[]): readonly string[] => [...lines].sort();
    const args = (line: string): string => {
      const [name = '', ...options] = line.split(' ');
      return [name, ...options.sort()].join(' ');
    };
    expect(sorted(commands('backup').map(args))).toEqual(sorted(known.map(args)));
  });

  test('has the keys of backup.json that the program checks', () => {
    const stated = rows('backup', 'Key').map(([key, value]) => `${key}: ${value}`);
    expect(stated.sort()).toEqual(inPython(SETTINGS).trim().split('\n').sort());
  });

  test.each([
    ['{}', 'drill is missing'],
    ['{"drill": {}, "host": "a", "jobs": {}, "repositories": [], "odd": 1}', 'odd is not a key of this version'],
    ['{"drill": {}, "host": 1, "jobs": {}, "repositories": []}', 'host must be text, got 1'],
    [
      '{"drill": {"leastTables": true}, "host": "a", "jobs": {}, "repositories": []}',
      'drill.leastTables must be a whole number, got True',
    ],
    ['{"drill": {}, "host": "a", "jobs": {}, "repositories": [{}]}', 'repositories[0].name is missing'],
    ['[]', 'it must be an object, got []'],
  ])('%s is refused: %s', (document, problem) => {
    const code = `
import json
from backup.failure import Failure
from backup.settings import checked
try:
    checked(json.loads(${JSON.stringify(document)}), "backup.json")
except Failure as failure:
    print(failure)
`;
    const end = 'deploy again, so that the file and the program are of one version';
    expect(inPython(code).trim()).toBe(`backup.json: ${problem}; ${end}`);
  });
});

test('the page of the backup program has the keys of backup.json that a synthesis writes', () => {
  const file = path.join(ROOT, 'lib/config/backup/backup-document.ts');
  const program = ts.createProgram([file], { strict: true, exactOptionalPropertyTypes: true });
  const checker = program.getTypeChecker();
  const [symbol] = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file) as ts.Node) as ts.Symbol)
    .filter(({ name }) => name === 'BackupDocument');
  const found: string[] = [];

  const show = (type: ts.Type, key: string, ending: string): void => {
    const parts = type.isUnion() ? type.types : [type];
    const word = (value: string): void => void (key !== '' && found.push(`${key}: ${value}${ending}`));
    if (parts.every((one) => one.isStringLiteral())) {
      return word(
        `one of ${parts
          .map((one) => String((one as ts.StringLiteralType).value))
          .sort()
          .join(', ')}`,
      );
    }
    if (type.flags & ts.TypeFlags.String) return word('text');
    if (type.flags & ts.TypeFlags.Number) return word('whole number');
    const [item] = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference) : [];
    if (item !== undefined) return (word('list'), show(item, `${key}[]`, ''));
    word('object');
    const values = type.getStringIndexType();
    if (values !== undefined) return show(values, `${key}.{}`, '');
    const names = new Set(parts.flatMap((one) => one.getProperties().map(({ name }) => name)));
    for (const name of names) {
      const members = parts.map((one) => one.getProperty(name));
      const member = members.find((one) => one !== undefined);
      if (member === undefined) continue;
      const isOptional = members.some((one) => one === undefined || (one.flags & ts.SymbolFlags.Optional) !== 0);
      const inner = checker.getNonNullableType(checker.getTypeOfSymbol(member));
      show(inner, key === '' ? name : `${key}.${name}`, isOptional ? ', optional' : '');
    }
  };
  show(checker.getDeclaredTypeOfSymbol(symbol as ts.Symbol), '', '');
  expect(
    rows('backup', 'Key')
      .map(([key, value]) => `${key}: ${value}`)
      .sort(),
  ).toEqual(found.sort());
});
