/** What the bundler makes of an import of a wasm file: its bytes, as base64 within the script. */
declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
