"""The year's assessment: the part on the plan, the part on the DTI."""
