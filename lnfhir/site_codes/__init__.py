"""Making a site's code map: what its data holds, what its terminology server exports, and the TOML to review."""
