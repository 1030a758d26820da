/** A theme as VS Code gives it to a webview: the class of the body and the variables that our pages use. */
export interface TestTheme {
  readonly kind: 'vscode-dark' | 'vscode-light' | 'vscode-high-contrast' | 'vscode-high-contrast-light';
  readonly variables: Readonly<Record<string, string>>;
}

const fonts = {
  'font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  'font-size': '13px',
  'font-weight': 'normal',
  'editor-font-family': 'monospace',
};

/** Values of the themes that come with VS Code 1.100. */
export const themes: Readonly<Record<'dark' | 'light' | 'high-contrast' | 'high-contrast-light', TestTheme>> = {
  dark: {
    kind: 'vscode-dark',
    variables: {
      ...fonts,
      'panelTitle-activeForeground': '#cccccc', 'panelTitle-inactiveForeground': '#9d9d9d', 'panelTitle-activeBorder': '#0078d4',
      'foreground': '#cccccc', 'textLink-foreground': '#4daafc', 'editor-foreground': '#cccccc', 'editor-background': '#1f1f1f', 'descriptionForeground': '#9d9d9d',
      'focusBorder': '#0078d4', 'widget-border': '#313131', 'editorWidget-border': '#454545', 'editorWidget-background': '#202020',
      'list-hoverBackground': '#2a2d2e', 'progressBar-background': '#0078d4', 'editor-selectionBackground': '#264f78',
      'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1', 'button-border': '#ffffff12',
      'button-secondaryBackground': '#313131', 'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#3c3c3c',
      'input-background': '#313131', 'input-foreground': '#cccccc', 'input-border': '#3c3c3c', 'input-placeholderForeground': '#989898',
      'errorForeground': '#f85149', 'inputValidation-errorBackground': '#5a1d1d', 'inputValidation-errorBorder': '#be1100',
      'checkbox-background': '#313131', 'checkbox-foreground': '#cccccc', 'checkbox-border': '#3c3c3c',
      'dropdown-background': '#313131', 'dropdown-foreground': '#cccccc', 'dropdown-border': '#3c3c3c', 'settings-dropdownListBorder': '#454545',
      'charts-foreground': '#cccccc', 'charts-lines': '#cccccc80', 'charts-red': '#f14c4c', 'charts-blue': '#3794ff', 'charts-yellow': '#cca700',
      'charts-orange': '#d18616', 'charts-green': '#89d185', 'charts-purple': '#b180d7',
    },
  },
  light: {
    kind: 'vscode-light',
    variables: {
      ...fonts,
      'panelTitle-activeForeground': '#3b3b3b', 'panelTitle-inactiveForeground': '#3b3b3b', 'panelTitle-activeBorder': '#005fb8',
      'foreground': '#3b3b3b', 'textLink-foreground': '#005fb8', 'editor-foreground': '#3b3b3b', 'editor-background': '#ffffff', 'descriptionForeground': '#3b3b3b',
      'focusBorder': '#005fb8', 'widget-border': '#e5e5e5', 'editorWidget-border': '#c8c8c8', 'editorWidget-background': '#f8f8f8',
      'list-hoverBackground': '#f2f2f2', 'progressBar-background': '#005fb8', 'editor-selectionBackground': '#add6ff',
      'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8', 'button-border': '#0000001a',
      'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b', 'button-secondaryHoverBackground': '#cccccc',
      'input-background': '#ffffff', 'input-foreground': '#3b3b3b', 'input-border': '#cecece', 'input-placeholderForeground': '#767676',
      'errorForeground': '#f85149', 'inputValidation-errorBackground': '#f2dede', 'inputValidation-errorBorder': '#be1100',
      'checkbox-background': '#f8f8f8', 'checkbox-foreground': '#3b3b3b', 'checkbox-border': '#cecece',
      'dropdown-background': '#ffffff', 'dropdown-foreground': '#3b3b3b', 'dropdown-border': '#cecece', 'settings-dropdownListBorder': '#c8c8c8',
      'charts-foreground': '#3b3b3b', 'charts-lines': '#3b3b3b80', 'charts-red': '#e51400', 'charts-blue': '#1a85ff', 'charts-yellow': '#bf8803',
      'charts-orange': '#d18616', 'charts-green': '#388a34', 'charts-purple': '#652d90',
    },
  },
  'high-contrast': {
    kind: 'vscode-high-contrast',
    variables: {
      ...fonts,
      'panelTitle-activeForeground': '#ffffff', 'panelTitle-inactiveForeground': '#ffffff', 'panelTitle-activeBorder': '#6fc3df',
      'foreground': '#ffffff', 'textLink-foreground': '#21a6ff', 'editor-foreground': '#ffffff', 'editor-background': '#000000', 'descriptionForeground': '#ffffffb3',
      'contrastBorder': '#6fc3df', 'contrastActiveBorder': '#f38518', 'focusBorder': '#f38518', 'widget-border': '#6fc3df',
      'editorWidget-border': '#6fc3df', 'editorWidget-background': '#0c141f', 'progressBar-background': '#6fc3df', 'editor-selectionBackground': '#ffffff',
      'button-foreground': '#ffffff', 'button-background': '#000000', 'button-border': '#6fc3df', 'button-secondaryForeground': '#ffffff',
      'input-background': '#000000', 'input-foreground': '#ffffff', 'input-border': '#6fc3df', 'input-placeholderForeground': '#ffffffb3',
      'errorForeground': '#f48771', 'inputValidation-errorBackground': '#5a1d1d', 'inputValidation-errorBorder': '#be1100',
      'checkbox-background': '#000000', 'checkbox-foreground': '#ffffff', 'checkbox-border': '#6fc3df',
      'dropdown-background': '#000000', 'dropdown-foreground': '#ffffff', 'dropdown-border': '#6fc3df', 'settings-dropdownListBorder': '#6fc3df',
      'charts-foreground': '#ffffff', 'charts-lines': '#ffffff80', 'charts-red': '#f48771', 'charts-blue': '#3794ff', 'charts-yellow': '#ffd370',
      'charts-orange': '#d18616', 'charts-green': '#89d185', 'charts-purple': '#b180d7',
    },
  },
  'high-contrast-light': {
    kind: 'vscode-high-contrast-light',
    variables: {
      ...fonts,
      'panelTitle-activeForeground': '#292929', 'panelTitle-inactiveForeground': '#292929', 'panelTitle-activeBorder': '#b5200d',
      'foreground': '#292929', 'textLink-foreground': '#0f4a85', 'editor-foreground': '#292929', 'editor-background': '#ffffff', 'descriptionForeground': '#292929',
      'contrastBorder': '#0f4a85', 'contrastActiveBorder': '#006bbd', 'focusBorder': '#006bbd', 'widget-border': '#0f4a85',
      'editorWidget-border': '#0f4a85', 'editorWidget-background': '#ffffff', 'progressBar-background': '#0f4a85', 'editor-selectionBackground': '#0f4a85',
      'button-foreground': '#ffffff', 'button-background': '#0f4a85', 'button-border': '#0f4a85', 'button-hoverBackground': '#0f4a85',
      'button-secondaryForeground': '#292929', 'button-secondaryBackground': '#ffffff', 'button-secondaryHoverBackground': '#ffffff',
      'input-background': '#ffffff', 'input-foreground': '#292929', 'input-border': '#0f4a85', 'input-placeholderForeground': '#292929b3',
      'errorForeground': '#b5200d', 'inputValidation-errorBackground': '#ffffff', 'inputValidation-errorBorder': '#b5200d',
      'checkbox-background': '#ffffff', 'checkbox-foreground': '#292929', 'checkbox-border': '#0f4a85',
      'dropdown-background': '#ffffff', 'dropdown-foreground': '#292929', 'dropdown-border': '#0f4a85', 'settings-dropdownListBorder': '#0f4a85',
      'charts-foreground': '#292929', 'charts-lines': '#29292980', 'charts-red': '#b5200d', 'charts-blue': '#1a85ff', 'charts-yellow': '#895503',
      'charts-orange': '#d18616', 'charts-green': '#374e06', 'charts-purple': '#652d90',
    },
  },
};
