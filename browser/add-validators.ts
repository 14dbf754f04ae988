import validators from '../built-in-validators.js';
import { addValidators } from '../core/schema.js';

addValidators(validators);
