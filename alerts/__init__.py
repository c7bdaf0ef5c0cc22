"""What it did and who is told: detectors, incidents, routing, delivery."""
