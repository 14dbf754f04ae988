import { addValidators } from '../core/schema.js';
import validators from './validators.js';

addValidators(validators);
