/**
 * Adds the settings of `.env` in the working folder to the environment. A variable that is set already
 * keeps its value. Does nothing when there is no such file.
 */
export function loadEnvFile(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
