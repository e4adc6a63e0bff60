import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { ROOT } from './stacks';

const OPTIONS: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, noLib: true, stripInternal: true };
const FORMAT: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => ROOT,
  getNewLine: () => '\n',
};
const PRINTER = ts.createPrinter({ removeComments: true });

/**
 * Returns the declarations that a user reaches from one file, by name, without comments and private members. The compiler
 * derives them from each file alone, which takes a second. So a public declaration must state its type.
 */
export function apiSurface(entry: string): string {
  const file = path.join(ROOT, entry);
  const problems = new Map<string, string>();
  const program = ts.createProgram([file], OPTIONS, declarationHost(problems));
  const checker = program.getTypeChecker();
  const resolve = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias && packageOf(symbol) === undefined ? checker.getAliasedSymbol(symbol) : symbol;
  const exported = checker.getExportsOfModule(moduleOf(program, checker, file)).map(resolve);
  // A set also hands out what is added while it is read.
  const reached = new Set(exported);
  for (const symbol of reached) {
    for (const used of symbolsIn(symbol, checker)) reached.add(resolve(used));
  }
  const files = new Set([...reached].flatMap(statementsOf).map((statement) => statement.getSourceFile().fileName));
  const untyped = [...files].flatMap((name) => problems.get(name) ?? []);
  if (untyped.length > 0) throw new Error(`a public declaration must state its type:\n${untyped.join('')}`);
  const others = [...reached].filter((symbol) => !exported.includes(symbol));
  return [
    importsOf(others),
    ...print(exported, true),
    '// Without a name in the index, but part of what has one.',
    ...print(others, false),
  ].join('\n\n');
}

/** Shows the compiler each file of ours as its declarations, and no other file. Notes what it could not derive, by file. */
function declarationHost(problems: Map<string, string>): ts.CompilerHost {
  return {
    ...ts.createCompilerHost(OPTIONS),
    getSourceFile: (fileName, target) => {
      const options = { fileName, compilerOptions: OPTIONS, reportDiagnostics: true };
      const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(fileName, 'utf8'), options);
      if (diagnostics.length > 0) problems.set(fileName, ts.formatDiagnostics(diagnostics, FORMAT));
      return ts.createSourceFile(fileName, outputText, target, true);
    },
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const base = path.resolve(path.dirname(from), text);
        const resolvedFileName = [`${base}.ts`, path.join(base, 'index.ts')].find((file) => existsSync(file));
        if (!text.startsWith('.') || resolvedFileName === undefined) return { resolvedModule: undefined };
        return { resolvedModule: { resolvedFileName, extension: ts.Extension.Ts } };
      }),
  };
}

function moduleOf(program: ts.Program, checker: ts.TypeChecker, file: string): ts.Symbol {
  const source = program.getSourceFile(file);
  const symbol = source && checker.getSymbolAtLocation(source);
  if (symbol === undefined) throw new Error(`${file} exports nothing`);
  return symbol;
}

/** The package that a symbol is imported from; undefined for ours. */
function packageOf({ declarations: [first] = [] }: ts.Symbol): string | undefined {
  if (first === undefined || !ts.isImportSpecifier(first)) return undefined;
  const { text } = first.parent.parent.parent.moduleSpecifier as ts.StringLiteral;
  return text.startsWith('.') ? undefined : text;
}

/** The statements that declare a symbol in its file; none for a parameter, a member or a symbol of a package. */
function statementsOf({ declarations: all = [] }: ts.Symbol): readonly ts.Statement[] {
  return all
    .map((one) => (ts.isVariableDeclaration(one) ? one.parent.parent : one))
    .filter((one): one is ts.DeclarationStatement => ts.isStatement(one) && ts.isSourceFile(one.parent));
}

function symbolsIn(symbol: ts.Symbol, checker: ts.TypeChecker): readonly ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    const used = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    if (used && (packageOf(used) ?? statementsOf(used)[0] ?? used.flags & ts.SymbolFlags.Alias)) found.push(used);
    ts.forEachChild(node, visit);
  };
  statementsOf(symbol).map(withoutPrivate).forEach(visit);
  return found;
}

function withoutPrivate(node: ts.Statement): ts.Statement {
  if (!ts.isClassDeclaration(node)) return node;
  const { modifiers, name, typeParameters, heritageClauses } = node;
  const members = node.members.filter((member) => ts.isConstructorDeclaration(member) || !isPrivate(member));
  return ts.factory.updateClassDeclaration(node, modifiers, name, typeParameters, heritageClauses, members);
}

function isPrivate(member: ts.ClassElement): boolean {
  const isHidden = member.name !== undefined && ts.isPrivateIdentifier(member.name);
  return isHidden || (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
}

const byName = (a: ts.Symbol, b: ts.Symbol): number => (a.name < b.name ? -1 : 1);

function print(symbols: readonly ts.Symbol[], isExported: boolean): readonly string[] {
  return [...symbols].sort(byName).flatMap((symbol) =>
    statementsOf(symbol).map((statement) => {
      const text = PRINTER.printNode(ts.EmitHint.Unspecified, withoutPrivate(statement), statement.getSourceFile());
      return isExported ? text : text.replace(/^export /, '');
    }),
  );
}

function importsOf(symbols: readonly ts.Symbol[]): string {
  const names = (from: string): readonly string[] =>
    symbols.filter((symbol) => packageOf(symbol) === from).map(({ name }) => name);
  const packages = new Set(symbols.flatMap((symbol) => packageOf(symbol) ?? []));
  return [...packages]
    .sort()
    .map((from) => `import type { ${[...new Set(names(from))].sort().join(', ')} } from '${from}';`)
    .join('\n');
}
