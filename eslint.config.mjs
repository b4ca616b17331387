import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import globals from "globals";

export default defineConfig([
  { ignores: ["**/node_modules/", ".venv/", "build/", "dist/", "out/", "docs/javascripts/"] },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "no-implicit-globals": "error",
      "no-shadow": "error",
      "no-unused-vars": "error",
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      strict: ["error", "function"],
    },
  },
  {
    // The pages' scripts: classic scripts that share the namespace `jazzgram` (jazzgram/pages/report/assets/timeline.js).
    files: ["jazzgram/**/assets/*.js", "docs/**/assets/*.js"],
    languageOptions: { sourceType: "script", globals: globals.browser },
  },
  {
    files: ["tests/js/**/*.js"],
    languageOptions: { sourceType: "commonjs", globals: { ...globals.node, jazzgram: "readonly" } },
    rules: { strict: ["error", "global"] },
  },
]);
