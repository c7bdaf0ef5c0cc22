"""Where rooms meet: settings, pipeline, processes, web, command line."""
