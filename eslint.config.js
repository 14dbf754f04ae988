import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Who may import whom (see CONTRIBUTING.md): folder -> import patterns it must not use. */
const TFJS = '@tensorflow/*';
const layers = {
  core: [
    '**/plugins/**',
    '**/harness/**',
    '**/test/**',
    TFJS,
    'tsyringe',
    'reflect-metadata',
    'commander',
    'vega',
    'cli-progress',
  ],
  plugins: [
    './*',
    '**/plugins/**',
    '**/harness/**',
    '**/test/**',
    TFJS,
    'tsyringe',
    'reflect-metadata',
    'commander',
    'vega',
    'cli-progress',
  ],
  harness: ['**/plugins/**'],
  'test/conformance': ['**/plugins/**', '**/harness/**', TFJS, 'tsyringe', 'mocha', 'chai'],
};
const restrict = (group) => ({
  'no-restricted-imports': ['error', {
    patterns: [{ group, message: 'not importable from this layer (CONTRIBUTING.md, "Who may import whom")' }],
  }],
});

/** Arguments are limited to some 100,000: a call that spreads a batch, its outputs or a log overflows the stack. */
const variadic = 'max|min|hypot|push|unshift|splice|concat|of|fromCharCode|apply';
const spreadOfData = {
  selector: `CallExpression[callee.property.name=/^(${variadic})$/] > SpreadElement`,
  message: 'data as arguments overflow the stack: use a loop, reduce, or set',
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'runs/', '**/.venv/', 'core/kernels/assembly/', 'core/kernels/binary.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'take an Rng' }],
      'no-restricted-globals': ['error', {
        name: 'Date',
        message: 'take a Clock (harness/container.ts), so that runs can be repeated',
      }],
      'no-console': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
    },
  },
  ...Object.entries(layers).map(([folder, group]) => ({ files: [`${folder}/**/*.ts`], rules: restrict(group) })),
  {
    files: ['harness/**/*.ts'],
    ignores: ['harness/tfjs/**', 'harness/learner.ts', 'harness/training.ts', 'harness/models/**', 'harness/tasks/**'],
    rules: restrict(['**/plugins/**', TFJS]),
  },
  {
    files: ['core/**/*.ts', 'plugins/**/*.ts', 'harness/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', spreadOfData] },
  },
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
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
