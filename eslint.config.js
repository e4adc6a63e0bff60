'use strict';

const tseslint = require('typescript-eslint');

/** What a file may import of ours, by folder; anything else in the list of folders is out of bounds. */
const LAYERS = {
  values: [],
  'engine-client': [],
  config: ['values'],
  model: ['values'],
  platform: ['values', 'model'],
  services: ['values', 'config', 'model'],
  cli: ['values', 'model', 'engine-client'],
};
const FOLDERS = Object.keys(LAYERS);

/** `../model`, `../../model/secret` and so on: a relative way up, then the folder. */
const leadingTo = (folders) => `^(?:\\.\\./)+(?:lib/)?(?:${folders.join('|')})(?:/|$)`;

const OUTER = { regex: leadingTo(['stacks', 'bin', 'test']), message: 'lib knows nothing of stacks, bin and test.' };
const BARREL = {
  regex: '^(?:\\.\\./)*\\.\\.(?:/index|/)?$',
  message: 'Import the file itself: an index further up leads back here in a circle.',
};
const PROVIDER = {
  regex: '^@cdktf/provider-docker(?:/|$)',
  message: 'Only lib/platform renders Terraform resources of Docker.',
};
const RESOURCES = 'lib/platform/engine/resources.ts';
const RESOURCE = {
  ...PROVIDER,
  message: `Only ${RESOURCES} makes resources of the provider, so that each field is escaped. Types may be imported.`,
  allowTypeImports: true,
};
const SHARED = {
  regex: '^(?:\\.\\./)+engine(?:/|$)',
  message: 'lib/platform/shared serves each platform and knows none of them.',
};
/** Folders that are plain TypeScript. */
const PLAIN = ['values', 'config', 'engine-client'];
const FRAMEWORK = {
  regex: '^(?:cdktf|constructs)(?:/|$)',
  message: 'This folder is plain TypeScript: no constructs, no Terraform.',
};

/** A program is one file at the end, so it takes from the library only what is small. */
const PROGRAM = {
  regex: '^(?:\\.\\./)+(?:lib/(?!engine-client/|model/stack/labels$)|stacks|bin|test)',
  message: 'A program may import lib/engine-client and lib/model/stack/labels of the library.',
};

const layerPatterns = (folder, provider = folder === 'platform' ? RESOURCE : PROVIDER) => {
  const allowed = [folder, ...LAYERS[folder]];
  const forbidden = FOLDERS.filter((other) => !allowed.includes(other));
  const patterns = [
    {
      regex: leadingTo(forbidden),
      message: `lib/${folder} may import ${LAYERS[folder].join(', ') || 'none of our folders'}.`,
    },
    OUTER,
    BARREL,
  ];
  if (provider !== null) patterns.push(provider);
  if (PLAIN.includes(folder)) patterns.push(FRAMEWORK);
  return patterns;
};

const layers = [
  ...FOLDERS.map((folder) => ({
    files: [`lib/${folder}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: layerPatterns(folder) }] },
  })),
  {
    files: ['lib/platform/shared/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [...layerPatterns('platform', PROVIDER), SHARED] },
      ],
    },
  },
  {
    files: [RESOURCES],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: layerPatterns('platform', null) }] },
  },
];

const BANNED_SYNTAX = [
  {
    selector: "BinaryExpression[operator='instanceof']",
    message: 'instanceof fails when two copies of a package are installed: use a capability or a brand.',
  },
  {
    selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
    message: '`as unknown as` hides a missing type: describe the value.',
  },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
];

const NAMESPACE = {
  selector: 'ImportNamespaceSpecifier',
  message:
    'Import by name: a namespace is copied into every file that asks for it, which was a third of the time to load the library.',
};

module.exports = [
  {
    ignores: [
      'node_modules/',
      'dist/',
      'site/',
      'cdktf.out/',
      'coverage/',
      'state/',
      '**/.venv/',
      'test/golden/',
      'programs/gate/main.cjs',
    ],
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['bin/**/*.ts', 'stacks/**/*.ts', 'lib/**/*.ts'],
    rules: {
      complexity: ['error', 10],
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...BANNED_SYNTAX],
    },
  },
  {
    files: ['lib/**/*.ts'],
    linterOptions: { noInlineConfig: true },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-syntax': ['error', ...BANNED_SYNTAX, NAMESPACE],
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [OUTER, PROVIDER] }],
    },
  },
  ...layers,
  {
    files: ['stacks/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: leadingTo(['bin', 'test']), message: 'stacks knows nothing of bin and test.' }] },
      ],
    },
  },
  {
    files: ['programs/**/*.ts'],
    linterOptions: { noInlineConfig: true },
    rules: {
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-syntax': ['error', ...BANNED_SYNTAX, NAMESPACE],
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [PROGRAM, PROVIDER, FRAMEWORK] }],
    },
  },
  { files: ['bin/**/*.ts'], rules: { 'no-console': 'off' } },
  // Each test file costs a third of a second, so tests are kept in fewer and longer files.
  { files: ['test/**/*.ts'], rules: { 'max-lines': ['error', 400] } },
  {
    files: ['programs/**/*.cjs', 'scripts/**/*.js', 'test/**/*.js'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { 'max-lines': ['error', 250], 'no-var': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
  // Read by whatever old Node there is, which knows no other word.
  { files: ['scripts/supported-node.js'], rules: { 'no-var': 'off' } },
];
