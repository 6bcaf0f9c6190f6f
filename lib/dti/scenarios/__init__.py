"""What if: scenario files, outcome, levers, goal seek, sliders."""
