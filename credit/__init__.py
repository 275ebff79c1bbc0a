"""Pure: indicators, the grading methods and SME size."""
