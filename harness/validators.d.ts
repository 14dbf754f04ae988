import type { Validators } from '../core/schema.js';

/** Those of built-in tasks and models, of experiments and of the files of runs: by tools/validators.mjs. */
declare const validators: Validators;
export default validators;
