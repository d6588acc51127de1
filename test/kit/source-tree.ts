/** Reads TypeScript sources as the compiler does: what each file imports, and whether anything of it runs. */

import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'

/** Sources by their path from the project's root, with `/` between folders. */
export type SourceTree = ReadonlyMap<string, string>

/** One import, export-from or dynamic import of a file. */
export interface Import {
  /** As written: `./errors.ts`, `kysely`, `node:fs`. */
  readonly specifier: string
  /** The path of a file of ours from the project's root; undefined for packages and Node's own modules. */
  readonly path: string | undefined
  /** Nothing of it is left when the types are stripped. */
  readonly isTypeOnly: boolean
}

/** Reads every `.ts` and `.vue` file of the folders. */
export function readSources(root: string, folders: readonly string[]): SourceTree {
  const paths = folders
    .flatMap((folder) => globSync(`${folder}/**/*.{ts,vue}`, { cwd: root }))
    .sort()
  return new Map(paths.map((path) => [path, readFileSync(posix.join(root, path), 'utf8')]))
}

/** Every import of a file, wherever it stands in it. */
export function importsOf(path: string, text: string): readonly Import[] {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, isTypeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return
    const isOurs = specifier.text.startsWith('.')
    const target = isOurs ? posix.join(posix.dirname(path), specifier.text) : undefined
    found.push({ specifier: specifier.text, path: target, isTypeOnly })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node))
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(parse(path, text))
  return found
}

/** Whether anything is left to run when types are stripped and what only passes on other files is set aside. */
export function isRun(path: string, text: string): boolean {
  const { outputText } = ts.transpileModule(text, {
    fileName: path,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ESNext,
      verbatimModuleSyntax: true,
    },
  })
  return parse(path, outputText).statements.some(
    (statement) => !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement),
  )
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, scriptOf(path, text), ts.ScriptTarget.ESNext)
}

/** Of a component its scripts. */
function scriptOf(path: string, text: string): string {
  if (!path.endsWith('.vue')) return text
  return [...text.matchAll(/<script\b[^>]*>(.*?)<\/script>/gs)]
    .map(([, script]) => script)
    .join('\n')
}

function isTypeImport(node: ts.ImportDeclaration): boolean {
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
}
