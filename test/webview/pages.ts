export { webviewPage } from '../../src/views/webviewPage';
export * as comparison from '../fixtures/comparison';
export * as preview from '../fixtures/preview';
export { themes } from './themes';
