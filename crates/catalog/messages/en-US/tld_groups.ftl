# Groups of endings. Sentence case; say what to do; no "please".

catalog-tld-groups = TLD groups
catalog-tld-groups-lede = Named sets of endings for price rules. Changing one changes no price until you run the rules and apply what they make.
catalog-no-tld-groups = No TLD groups yet
catalog-no-tld-groups-text = Name a set of endings once, such as European or premium, and price it by a rule of its own.
catalog-tld-group = TLD group
catalog-tld-group-text = Every rule that names this group means these endings.
catalog-tld-group-new = Add a TLD group
catalog-tld-group-add = Add TLD group
catalog-tld-group-tlds = Its endings
catalog-tlds-hint = Endings such as com net co.uk, with spaces, commas or lines between; at most 2,000

error-tld_unknown = “{ $tld }” is not an ending of the public suffix list. Write endings such as com or co.uk.
error-tld_group_too_large = Name at most { $max } endings.
error-tld_group_exists = There is a TLD group of this name.
error-too_many_tld_groups = There are { $max } TLD groups, which is the most there can be.
