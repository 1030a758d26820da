export { webviewPage } from '../../src/views/webviewPage';
export * as comparison from '../fixtures/comparison';
export { themes } from './themes';
