export { type Bar, type GenericFormatter, MultiBar, SingleBar } from 'cli-progress';
