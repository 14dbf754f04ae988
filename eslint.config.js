import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Who may import whom (CONTRIBUTING.md): folder -> import patterns that it must not use. */
const TFJS = '@tensorflow/*';
const QUEUE = ['bullmq', 'ioredis'];
const COMMAND_LINE = ['tsyringe', 'reflect-metadata', 'commander', 'cli-progress', ...QUEUE];
const above = (...rooms) => rooms.map((room) => `**/${room}/**`);
/** What runs in a browser does not see Node, nor the doors. */
const NODE = ['node:*', ...above('node', 'browser')];
const folders = {
  core: [...NODE, ...above('plugins', 'conformance', 'tfjs', 'harness', 'test'), TFJS, ...COMMAND_LINE],
  plugins: [...NODE, ...above('conformance', 'tfjs', 'harness', 'test'), TFJS, ...COMMAND_LINE],
  conformance: [...NODE, ...above('plugins', 'tfjs', 'harness', 'test'), TFJS, ...COMMAND_LINE, 'mocha', 'chai'],
  tfjs: [...NODE, ...above('plugins', 'conformance', 'harness', 'test'), ...COMMAND_LINE],
  browser: ['node:*', ...above('node', 'conformance', 'harness', 'test'), ...COMMAND_LINE],
  node: [...above('browser', 'conformance', 'harness', 'test'), ...COMMAND_LINE],
  harness: [...above('plugins', 'browser', 'test'), ...COMMAND_LINE],
};
/** AssemblyScript: TypeScript by its looks, and no module of ours. */
const ASSEMBLY = ['core/kernels/assembly/**/*.ts', 'tfjs/backend/assembly/**/*.ts'];
const inBrowsers = ['core', 'plugins', 'conformance', 'tfjs', 'browser'].map((folder) => `${folder}/**/*.ts`);

/** A program for all files takes a quarter less time than `projectService`, which is made for editors. */
const PROJECTS = ['tsconfig.json', 'harness/report/in-page/tsconfig.json'];

/** Rooms of core, from the bottom: none may import one of its own floor or of those above. */
const floors = [
  ['kernels'],
  ['random'],
  ['linear-algebra'],
  ['algorithms'],
  ['autodiff', 'newton'],
  ['algorithm-losses', 'convex', 'relaxed', 'sorting'],
];

/** What plugins see of core: what the package gives to everyone, and the kernels, which are compiled with it. */
const PRIVATE_CORE = '^(\\.\\./)+core/'
  + '(?!index\\.js$|(algorithm-losses|autodiff|convex|relaxed|sorting)/index\\.js$|kernels/kernels\\.js$)';
const onPublicGround = [
  { group: folders.plugins, message: 'not importable from here (CONTRIBUTING.md, "Who may import whom")' },
  { regex: PRIVATE_CORE, message: 'plugins stand on the entries that everyone has' },
];

const restrict = (group) => ({
  'no-restricted-imports': [
    'error',
    { patterns: [{ group, message: 'not importable from here (CONTRIBUTING.md, "Who may import whom")' }] },
  ],
});
const roomRules = floors.flatMap((floor, k) =>
  floor.map((room) => ({
    files: [`core/${room}/**/*.ts`],
    ignores: ASSEMBLY,
    rules: restrict([
      ...folders.core,
      ...floors.slice(k).flat().filter((other) => other !== room).map((other) => `**/${other}/**`),
    ]),
  }))
);

/** Arguments are limited to some 100,000: a call that spreads a batch, its outputs or a log overflows the stack. */
const variadic = 'max|min|hypot|push|unshift|splice|concat|of|fromCharCode|apply';
const spreadOfData = {
  selector: `CallExpression[callee.property.name=/^(${variadic})$/] > SpreadElement`,
  message: 'data as arguments overflow the stack: use a loop, reduce, or set',
};

const DATE = { name: 'Date', message: 'take a Clock (harness/run/container.ts), so that runs can be repeated' };
const ofNode = ['process', 'Buffer', 'global', 'require', 'setImmediate', '__dirname', '__filename'].map((name) => ({
  name,
  message: 'this runs in browsers too: what needs Node is in node/',
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'runs/', '**/.venv/', 'core/kernels/binary.ts', 'tfjs/backend/binary.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'take an Rng' }],
      'no-restricted-globals': ['error', DATE],
      'no-console': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    // AssemblyScript: written as TypeScript, but for decorators of functions; == is its ===.
    files: ASSEMBLY,
    languageOptions: { parserOptions: { allowInvalidAST: true } },
    rules: { eqeqeq: 'off', 'no-undef': 'off', '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: ['**/*.ts'],
    ignores: ASSEMBLY,
    languageOptions: { parserOptions: { project: PROJECTS, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
    },
  },
  ...Object.entries(folders).map(([folder, group]) => ({ files: [`${folder}/**/*.ts`], rules: restrict(group) })),
  ...roomRules,
  {
    files: ['plugins/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...onPublicGround,
            {
              regex: '^\\./[^/]+$',
              message: 'one relaxation a file: what two share is in core, what is private in a folder',
            },
          ],
        },
      ],
    },
  },
  { files: ['plugins/*/*.ts'], rules: { 'no-restricted-imports': ['error', { patterns: onPublicGround }] } },
  {
    files: ['harness/**/*.ts'],
    ignores: ['harness/conformance/**', 'harness/run/**', 'harness/models/**', 'harness/tasks/**'],
    rules: restrict([...folders.harness, TFJS]),
  },
  {
    files: ['harness/statistics/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{
            regex: '^(?!\\./|\\.\\./\\.\\./core/random/)',
            message: 'numbers in, numbers out: core/random alone',
          }],
        },
      ],
    },
  },
  {
    files: ['harness/queue/*.ts'],
    rules: restrict([...folders.harness.filter((name) => !QUEUE.includes(name)), TFJS]),
  },
  { files: ['harness/packages/*.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['core/**/*.ts', 'plugins/**/*.ts', 'tfjs/**/*.ts', 'harness/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', spreadOfData] },
  },
  { files: inBrowsers, rules: { 'no-restricted-globals': ['error', DATE, ...ofNode] } },
  { files: ['plugins/types.ts'], rules: { '@typescript-eslint/consistent-type-imports': 'off' } },
  { files: ['bench/**', 'test/**', 'tools/**'], rules: { 'no-restricted-globals': 'off', 'no-console': 'off' } },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'writable', process: 'readonly' },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  { files: ['examples/**'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', AbortController: 'readonly' },
    },
  },
);
