package contacts

// PlansModule is the version of which PlansAsOf is the date.
const PlansModule = plansModule
