import type { Validators } from './core/schema.js';

/** Those of built-in losses and algorithms and of Newton options: by tools/validators.mjs. */
declare const validators: Validators;
export default validators;
