/** What the linter holds. Comments can't switch it off: where a rule fights the reader, it is changed here. */

import { defineConfig, globalIgnores } from 'eslint/config'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'

/** The one file that may put text into SQL as it stands, for names and DDL that take no parameters. */
const SQL_TEXT_FILE = 'framework/postgres/sql-text.ts'

const EXPORTS = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export it by name: one name for one thing, everywhere.',
  },
  {
    selector: 'ExportAllDeclaration',
    message: 'Write out each exported name: a door shows what goes through it.',
  },
]

const BARE_ERRORS = {
  selector: 'NewExpression[callee.name=/^(Error|TypeError|RangeError)$/]',
  message: 'Use an error of framework/errors.ts: it has a code, and a place in problem.ts.',
}

const SQL_TEXT = {
  selector: 'MemberExpression[object.name="sql"][property.name=/^(raw|lit)$/]',
  message: `Values are parameters; text goes into SQL in ${SQL_TEXT_FILE} alone.`,
}

const SLEEPS = [
  {
    selector:
      'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"] > Literal.arguments:nth-child(2)',
    message: 'Wait for the event, not for the clock.',
  },
  {
    selector: 'ImportDeclaration[source.value=/^(node:)?timers\\u002Fpromises$/]',
    message: 'Wait for the event, not for the clock.',
  },
]

const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'app/config.ts reads the environment and hands on checked values.',
}

const EXIT = {
  object: 'process',
  property: 'exit',
  message: 'Only app/main.ts ends the process; close what you own and return.',
}

const MARKUP = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'write'].map((property) => ({
  property,
  message: 'Put it in by textContent: what comes from a server is text.',
}))

export default defineConfig(
  globalIgnores(['dist/', 'dist-web/', 'coverage/', '.tap/', '.data/']),
  { linterOptions: { noInlineConfig: true } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Text is counted and compared by code point, which is what a spread gives.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // A constructor may be there only to make an argument required.
      '@typescript-eslint/no-useless-constructor': 'off',
      // Types that are inferred from declarations are made of these.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // The house has no enums; the rule takes computed keys for some.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // Our objects are closures: there is no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // `async` also turns a throw into a rejection, which is what a caller of a promise expects.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...EXPORTS],
    },
  },
  {
    // Scripts of pages: plain JavaScript with types in comments, for browsers.
    files: ['framework/http/pages/*.js'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.pages.json' } },
    rules: {
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-restricted-properties': ['error', ...MARKUP],
      eqeqeq: 'error',
    },
  },
  {
    files: ['framework/**/*.ts', 'app/**/*.ts'],
    rules: {
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      complexity: ['error', { max: 15, variant: 'modified' }],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 80],
      'no-restricted-properties': ['error', ENVIRONMENT, EXIT],
      'no-restricted-syntax': ['error', ...EXPORTS, BARE_ERRORS, SQL_TEXT],
    },
  },
  {
    // The page: its components hold a template besides, and nothing but Vue writes into the document.
    files: ['app/web/**/*.{ts,vue}'],
    rules: {
      'no-restricted-properties': ['error', ...MARKUP],
      'no-restricted-syntax': ['error', ...EXPORTS, BARE_ERRORS],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'The typed client asks the server.' },
      ],
    },
  },
  {
    // Components have no types but for `vue-tsc`.
    files: ['app/web/main.ts'],
    rules: { '@typescript-eslint/no-unsafe-argument': 'off' },
  },
  {
    files: ['app/web/**/*.vue'],
    extends: [tseslint.configs.strictTypeChecked, vue.configs['flat/recommended']],
    languageOptions: {
      parser: vueParser,
      parserOptions: {
        parser: tseslint.parser,
        project: './app/web/tsconfig.json',
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/unbound-method': 'off', // as above
      // Here components have no types; `vue-tsc` knows them.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/no-useless-default-assignment': 'off',
      'max-lines': ['error', 300],
      eqeqeq: 'error',
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/require-default-prop': 'off', // an optional prop says by its type what it is without
      // Prettier lays templates out.
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
    },
  },
  { files: ['framework/**/*.ts'], rules: { 'no-console': 'error' } },
  { files: [SQL_TEXT_FILE], rules: { 'no-restricted-syntax': ['error', ...EXPORTS, BARE_ERRORS] } },
  { files: ['app/config.ts'], rules: { 'no-restricted-properties': ['error', EXIT] } },
  { files: ['app/main.ts'], rules: { 'no-restricted-properties': ['error', ENVIRONMENT] } },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A subtest is waited for by its parent; every other promise is awaited here too.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafePromises: [
            { from: 'package', package: '@tapjs/core', name: 'PromiseWithSubtest' },
          ],
        },
      ],
      'no-restricted-syntax': ['error', ...EXPORTS, ...SLEEPS],
    },
  },
)
