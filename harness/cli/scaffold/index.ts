import type { PluginKind } from '../../../core/plugin-calls.js';
import { algorithmTestText, algorithmText } from './algorithm.js';
import { lossTestText, lossText } from './loss.js';
import { modelTestText, modelText } from './model.js';
import { taskTestText, taskText } from './task.js';
import type { Language } from './words.js';

interface Scaffold {
  /** A plugin that works, to be changed. */
  readonly plugin: (name: string, language: Language) => string;
  /** Its test; JavaScript for either language: mocha runs it as it is. */
  readonly test: (name: string, file: string) => string;
}

export const scaffolds: Readonly<Record<PluginKind, Scaffold>> = {
  loss: { plugin: lossText, test: lossTestText },
  algorithm: { plugin: algorithmText, test: algorithmTestText },
  task: { plugin: taskText, test: taskTestText },
  model: { plugin: modelText, test: modelTestText },
};
