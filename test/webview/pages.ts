export { webviewPage } from '../../src/views/page/webviewPage';
export * as comparison from '../fixtures/comparison';
export * as model from '../fixtures/model';
export * as preview from '../fixtures/preview';
export * as runPage from '../fixtures/runPage';
export * as trainForm from '../fixtures/trainForm';
export { themes } from './themes';
