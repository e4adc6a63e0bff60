import { existsSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { ROOT } from './stacks';

/** A public type or member, and whether an editor shows a doc comment for it. */
export interface PublicName {
  readonly name: string;
  /** File and line of its declaration. */
  readonly place: string;
  readonly isType: boolean;
  readonly isDocumented: boolean;
}

const OPTIONS: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, noLib: true, types: [] };

/** Shows the compiler the files of this repository only, which takes a second instead of ten. */
function host(): ts.CompilerHost {
  return {
    ...ts.createCompilerHost(OPTIONS, true),
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const base = path.resolve(path.dirname(from), text);
        const resolvedFileName = [`${base}.ts`, path.join(base, 'index.ts')].find((file) => existsSync(file));
        if (!text.startsWith('.') || resolvedFileName === undefined) return { resolvedModule: undefined };
        return { resolvedModule: { resolvedFileName, extension: ts.Extension.Ts } };
      }),
  };
}

/** Returns the types whose properties a user sees by the name of an export: instances and statics, or parts of a union. */
function typesOf(symbol: ts.Symbol, checker: ts.TypeChecker): readonly ts.Type[] {
  const declared = symbol.flags & ts.SymbolFlags.Type ? [checker.getDeclaredTypeOfSymbol(symbol)] : [];
  const value =
    symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Variable) ? [checker.getTypeOfSymbol(symbol)] : [];
  return [...declared, ...value].flatMap((type) => (type.isUnion() ? type.types : [type]));
}

function declarationOf({ valueDeclaration, declarations = [] }: ts.Symbol): ts.Declaration | undefined {
  return valueDeclaration ?? declarations[0];
}

function isPublicMember(member: ts.Symbol): boolean {
  const declaration = declarationOf(member);
  if (declaration === undefined || member.flags & ts.SymbolFlags.Prototype) return false;
  if (ts.isClassElement(declaration) && declaration.name && ts.isPrivateIdentifier(declaration.name)) return false;
  return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.NonPublicAccessibilityModifier) === 0;
}

/**
 * Returns the exports of a file, and their public members. A member that implements one of a documented interface has
 * that one's comment.
 */
export function publicNames(entry: string): readonly PublicName[] {
  const file = path.join(ROOT, entry);
  const program = ts.createProgram([file], OPTIONS, host());
  const checker = program.getTypeChecker();
  const describe = (symbol: ts.Symbol, name: string, isType: boolean): readonly PublicName[] => {
    const declaration = declarationOf(symbol);
    if (declaration === undefined) return [];
    const source = declaration.getSourceFile();
    const line = source.getLineAndCharacterOfPosition(declaration.getStart()).line + 1;
    const place = `${path.relative(ROOT, source.fileName)}:${line}`;
    return [{ name, place, isType, isDocumented: symbol.getDocumentationComment(checker).length > 0 }];
  };
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} exports nothing`);
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
  const members = exported.flatMap((symbol) =>
    typesOf(symbol, checker)
      .flatMap((type) => checker.getPropertiesOfType(type))
      .filter(isPublicMember)
      .flatMap((member) => describe(member, `${symbol.name}.${member.name}`, false)),
  );
  const once = new Map(members.map((member) => [member.place + member.name.replace(/^.*\./, '.'), member]));
  return [...exported.flatMap((symbol) => describe(symbol, symbol.name, true)), ...once.values()];
}
