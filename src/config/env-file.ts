/**
 * Adds the settings of `.env` in the working folder to the environment; what is set already wins.
 * Without such a file nothing happens.
 */
export function loadEnvFile(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
