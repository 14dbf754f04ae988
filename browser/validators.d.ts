import type { Validators } from '../core/schema.js';

/** Those of all built-in schemas, written by tools/validators.mjs. */
declare const validators: Validators;
export default validators;
